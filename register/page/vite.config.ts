import { defineConfig } from 'vite';
import { page } from '../../ui/vite.ts';

export default defineConfig(page());
