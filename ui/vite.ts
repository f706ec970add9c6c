/**
 * The build settings every Waarmerk page shares.
 *
 * Nothing is inlined, so that pages run under a content security policy without exceptions, and
 * addresses are relative, so that the built folder can be served from any path.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin, UserConfig } from 'vite';

const wasm = fileURLToPath(new URL('./wasm/waarmerk.js', import.meta.url));

function core(): Plugin {
  return {
    name: 'waarmerk-core-wasm',
    enforce: 'pre',
    resolveId(id) {
      if (id !== '@waarmerk/core-wasm' && id !== '@waarmerk/core-wasm/module') return null;
      if (!existsSync(wasm)) this.error('ui/wasm/waarmerk.js is missing: run `cargo xtask setup`');
      return id === '@waarmerk/core-wasm' ? wasm : `${wasm.replace(/\.js$/, '_bg.wasm')}?url`;
    },
  };
}

/** Settings for one page folder; `extra` plugins come after Svelte's. */
export function page(extra: UserConfig['plugins'] = []): UserConfig {
  return {
    base: './',
    plugins: [core(), svelte({ compilerOptions: { runes: true } }), ...extra],
    build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, emptyOutDir: true },
    worker: { format: 'es', plugins: () => [core()] },
  };
}
