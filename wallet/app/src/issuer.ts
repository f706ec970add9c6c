/** What to call whoever issued a credential, in the reader's language. */
import { words } from '@waarmerk/ui';
import type { Card, ReportedCredential } from '@waarmerk/ui/core/types.ts';

export type IssuerWords = {
  /** Empty where only the part that issued is known. */
  institution: string;
  unit: string;
  /** The one to show where there is room for one. */
  shown: string;
};

/** The register's names: as a check found them now, else as they were on receipt, else the credential's own. */
export function issuerOf(card: Card, checked?: ReportedCredential['issuer']): IssuerWords {
  const institution = words(checked?.displayInstitution) || words(card.issuerNames.institution) || (card.issuer.institution ?? '');
  const unit = words(checked?.displayName) || words(card.issuerNames.unit) || (card.issuer.name ?? '');
  return { institution, unit, shown: institution || unit };
}
