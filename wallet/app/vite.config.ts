import { defineConfig } from 'vite';
import { page } from '../../ui/vite.ts';
import { installable } from '../../ui/pwa.ts';

export default defineConfig(
  page([
    installable({
      name: 'Waarmerk wallet',
      short_name: 'Wallet',
      description: 'Je microcredentials op je eigen apparaat.',
    }),
  ]),
);
