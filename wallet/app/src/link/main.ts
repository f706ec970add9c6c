import '@waarmerk/ui/styles.css';
import { mount } from 'svelte';
import Shared from './Shared.svelte';

const target = document.getElementById('app');
if (target) mount(Shared, { target });
