/**
 * Components, words and helpers shared by Waarmerk's pages. Import `@waarmerk/ui/styles.css` once a page.
 *
 * `@waarmerk/ui/components/Scanner.svelte` stands apart, since it brings the QR decoder along.
 */
export { default as AxisRow, type Outcome } from './components/AxisRow.svelte';
export { default as Button } from './components/Button.svelte';
export { default as Card } from './components/Card.svelte';
export { default as Choice } from './components/Choice.svelte';
export { default as CopyText } from './components/CopyText.svelte';
export { default as Dialog } from './components/Dialog.svelte';
export { default as Disclosure } from './components/Disclosure.svelte';
export { default as ErrorNote } from './components/ErrorNote.svelte';
export { default as Field } from './components/Field.svelte';
export { default as Hallmark } from './components/Hallmark.svelte';
export { default as Heading } from './components/Heading.svelte';
export { default as Icon, type IconName } from './components/Icon.svelte';
export { default as LanguageSwitch } from './components/LanguageSwitch.svelte';
export { default as Note } from './components/Note.svelte';
export { default as Page } from './components/Page.svelte';
export { default as Progress } from './components/Progress.svelte';
export { default as QrImage } from './components/QrImage.svelte';
export { default as Select } from './components/Select.svelte';
export { default as Spinner } from './components/Spinner.svelte';
export { default as Stepper } from './components/Stepper.svelte';
export { default as Table, type Column } from './components/Table.svelte';
export { default as Tag } from './components/Tag.svelte';
export { default as Toast } from './components/Toast.svelte';
export { default as Verdict, type Colour } from './components/Verdict.svelte';
export { dismiss, toast, type ToastKind } from './components/toast.svelte.ts';
export { fetchJson, Refusal } from './http.ts';
export * from './i18n.svelte.ts';
export { shared } from './texts.ts';
export { assessmentFacts, axisName, c as credentialTexts, groupName, linkState, roleName, sizeAndLevel } from './credential-texts.ts';
