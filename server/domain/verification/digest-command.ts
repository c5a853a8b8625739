/** SHA-256 as this machine does it fastest, for the command and its threads. */
import { hash } from 'node:crypto';
import { hashOfCharacters, type Sha256 } from '../merkle-tree.ts';
import type { DigestAsCharacters } from './examine-lines.ts';

export const digestAsCharacters: DigestAsCharacters = (bytes) => hash('sha256', bytes, 'binary');

export const machineSha256: Sha256 = (bytes) => hashOfCharacters(digestAsCharacters(bytes));
