import type { IonField, IonValue } from '../ion/index.ts';

/** Fields of a block whose value is a blob in Ion, and Base64 in JSON. */
const HASHES = ['blockHash', 'entriesHash', 'previousBlockHash', 'statementDigest', 'hash', 'dataHash'];

/**
 * A block of a JSON export with its hashes as the blobs that they were. The rest stays as JSON has it: what JSON lost, such as
 * the precision of a number or that a text was a timestamp, nobody can bring back.
 */
export function hashesFromJson(block: IonValue): IonValue {
  return mapFields(block, ({ name, value }) => {
    if (name === 'entriesHashList') return mapItems(value, toBlob);
    if (name === 'transactionInfo') {
      return mapFields(value, (inner) =>
        inner.name === 'statements' ? mapItems(inner.value, withBlobs) : inner.value,
      );
    }
    return name === 'revisions' ? mapItems(value, withBlobs) : withBlob({ name, value });
  });
}

const withBlobs = (value: IonValue): IonValue => mapFields(value, withBlob);
const withBlob = ({ name, value }: IonField): IonValue => (HASHES.includes(name ?? '') ? toBlob(value) : value);

function mapFields(value: IonValue, change: (field: IonField) => IonValue): IonValue {
  if (value.type !== 'struct') return value;
  return { ...value, fields: value.fields.map((field) => ({ name: field.name, value: change(field) })) };
}

function mapItems(value: IonValue, change: (item: IonValue) => IonValue): IonValue {
  return value.type === 'list' ? { ...value, items: value.items.map(change) } : value;
}

/** Left as it is when it is no Base64, for the check of its form to tell. */
function toBlob(value: IonValue): IonValue {
  if (value.type !== 'string') return value;
  const bytes = Buffer.from(value.value, 'base64');
  return bytes.toString('base64') === value.value ? { annotations: [], type: 'blob', bytes } : value;
}
