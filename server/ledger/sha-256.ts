/** SHA-256 as the machine does it fastest; the rules take it as a parameter. */
import { hash } from 'node:crypto';
import { hashOfCharacters, type Sha256 } from '../domain/merkle-tree.ts';

export const sha256: Sha256 = (bytes) => hashOfCharacters(hash('sha256', bytes, 'binary'));
