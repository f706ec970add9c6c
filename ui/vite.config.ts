import { defineConfig } from 'vite';
import { page } from './vite.ts';

export default defineConfig({ ...page(), root: 'gallery', build: { outDir: '../dist', emptyOutDir: true, assetsInlineLimit: 0 } });
