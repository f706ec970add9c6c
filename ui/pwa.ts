/** Makes a page installable and lets it start without a network. */
import type { PluginOption } from 'vite';
import { VitePWA, type ManifestOptions } from 'vite-plugin-pwa';

/** The manifest's own words are given; colours, icons and caching are the same for every app. */
export function installable(manifest: Pick<ManifestOptions, 'name' | 'short_name' | 'description'>): PluginOption {
  return VitePWA({
    registerType: 'prompt',
    injectRegister: null,
    manifest: {
      ...manifest,
      lang: 'nl',
      display: 'standalone',
      start_url: './',
      scope: './',
      background_color: '#ffffff',
      theme_color: '#0a3d62',
      icons: [
        { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' },
        { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
        { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
        { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      ],
    },
    workbox: {
      globPatterns: ['**/*.{js,css,html,svg,png,wasm,woff2,webmanifest}'],
      maximumFileSizeToCacheInBytes: 8_000_000,
      navigateFallback: 'index.html',
      // The wallet's page for links is another page.
      navigateFallbackDenylist: [/\/s\/$/],
      clientsClaim: true,
      runtimeCaching: [
        {
          urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.endsWith('/config.json'),
          handler: 'NetworkFirst',
          options: { cacheName: 'settings', networkTimeoutSeconds: 4 },
        },
      ],
    },
  });
}
