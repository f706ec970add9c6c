import { defineConfig } from 'vite';
import { page } from '../../ui/vite.ts';
import { installable } from '../../ui/pwa.ts';

export default defineConfig(
  page([
    installable({
      name: 'Waarmerk controle',
      short_name: 'Controle',
      description: 'Controleer een microcredential, zonder account en zonder iets te versturen.',
    }),
  ]),
);
