export { draftOf, emptyDraft } from './draft.ts';
export { FieldChanges, FileDifferences } from './field-changes.tsx';
export { SubmissionForm } from './submission-form.tsx';
