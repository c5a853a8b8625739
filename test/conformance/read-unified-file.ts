/**
 * Reads a unified test file. Extended JSON, version and structure are checked here, once; a file that fails
 * is refused as a whole, so that nothing in it is skipped unnoticed.
 */
import { Double, EJSON, Int32 } from 'bson';
import { structuralFault } from './file-schema.ts';
import { FormatError, isDocument, parseVersion, type UnifiedFile } from './unified-format.ts';

/** The newest version of the format that the runner implements; older minor versions run as well. */
const SUPPORTED_SCHEMA = [1, 29] as const;

/** Int32 becomes a plain number, and so does a Double with a fraction; the rest keeps its BSON type. */
function withPlainNumbers(value: unknown): unknown {
  if (value instanceof Int32) return value.value;
  if (value instanceof Double) return Number.isInteger(value.value) ? value : value.value;
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (!isDocument(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withPlainNumbers(inner)]));
}

/**
 * Reads one test file from relaxed or canonical Extended JSON.
 *
 * @throws FormatError when it is no unified test file, or of a version that the runner does not implement.
 */
export function readUnifiedFile(text: string): UnifiedFile {
  let parsed: unknown;
  try {
    parsed = withPlainNumbers(EJSON.parse(text, { relaxed: false }));
  } catch (cause) {
    throw new FormatError(`not Extended JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (!isDocument(parsed) || typeof parsed['schemaVersion'] !== 'string' || !Array.isArray(parsed['tests'])) {
    throw new FormatError('not a unified test file: it lacks schemaVersion or tests');
  }
  const file = parsed as unknown as UnifiedFile;
  const [major, minor] = parseVersion(file.schemaVersion);
  if (major !== SUPPORTED_SCHEMA[0] || minor > SUPPORTED_SCHEMA[1]) {
    throw new FormatError(
      `schema version ${file.schemaVersion}; the runner implements ${SUPPORTED_SCHEMA.join('.')}`,
    );
  }
  const fault = structuralFault(parsed);
  if (fault !== undefined) throw new FormatError(fault);
  return file;
}
