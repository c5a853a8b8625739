/**
 * Links to "My giving": signed with the installation's secret, good until a day, and taken back by whoever holds one.
 * A link names nobody: it carries an id, an end and a signature.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { givingLinks, type GivingLink } from '../../db/models/giving-link.ts';
import { DomainError } from '../../domain/errors.ts';
import { givingLinkExpiresAt } from '../../domain/giving-policy.ts';
import type { Locale } from '../../domain/localized-text.ts';
import type { GivingPlatform } from '../context.ts';

/** One sentence for a link that is forged, old, taken back or mistyped: it says nothing about anybody. */
export class GivingLinkNotValid extends DomainError {
  readonly code = 'GIVING_LINK_NOT_VALID';

  constructor() {
    super('This link is not valid any more. Ask for a new one with the e-mail address that you gave under.');
  }
}

const ID_BYTES = 16;
const SIGNATURE_BYTES = 24;

const signatureOf = (key: string, id: string, expiresAtSeconds: number): Buffer =>
  createHmac('sha256', key)
    .update(`my-giving ${id} ${expiresAtSeconds}`)
    .digest()
    .subarray(0, SIGNATURE_BYTES);

/** The same occasion gives the same id, so that a letter that is sent again carries the same link. */
const idOfOccasion = (key: string, occasion: string): string =>
  createHmac('sha256', key).update(`my-giving-id ${occasion}`).digest().subarray(0, ID_BYTES).toString('hex');

const seconds = (instant: Date): number => Math.floor(instant.getTime() / 1000);

type LinkPlatform = Pick<GivingPlatform, 'database' | 'clock' | 'publicUrl' | 'linkKey'>;

/**
 * Makes the link for an occasion, or finds it made. One that was taken back stays so: the occasion gets another, since
 * what is sent now goes to the mailbox alone.
 * @param occasion what the link is sent with, such as `thanks <donation>`; never shown
 * @returns its address
 */
export async function openGivingLink(
  platform: LinkPlatform,
  given: { readonly emailKey: string; readonly locale: Locale; readonly occasion: string },
): Promise<{ readonly id: string; readonly url: string }> {
  const { database, clock, publicUrl, linkKey } = platform;
  const { emailKey, locale, occasion } = given;
  const id = idOfOccasion(linkKey, occasion);
  const now = clock.now();
  await givingLinks(database).updateOne(
    { _id: id },
    {
      $setOnInsert: {
        emailKey,
        locale,
        createdAt: now,
        expiresAt: givingLinkExpiresAt(now),
        revokedAt: null,
      },
    },
    { upsert: true },
  );
  const link = await givingLinks(database).findById(id).lean<GivingLink>();
  if (link === null) throw new Error(`The link ${id} was not kept.`);
  if (link.revokedAt !== null)
    return openGivingLink(platform, { ...given, occasion: `${occasion}, not ${id}` });
  return { id, url: addressOf(publicUrl, linkKey, link) };
}

export function addressOf(
  publicUrl: string,
  linkKey: string,
  { _id, expiresAt, locale }: GivingLink,
): string {
  const end = seconds(expiresAt);
  const token = `${_id}-${end.toString(36)}-${signatureOf(linkKey, _id, end).toString('base64url')}`;
  return `${publicUrl}/${locale}/my-giving/${token}`;
}

const TOKEN = /^([0-9a-f]{32})-([0-9a-z]{1,10})-([A-Za-z0-9_-]{32})$/;

/** @throws GivingLinkNotValid */
export async function readGivingLink(
  { database, clock, linkKey }: Pick<LinkPlatform, 'database' | 'clock' | 'linkKey'>,
  token: string,
): Promise<GivingLink> {
  const [, id = '', end = '', signature = ''] = TOKEN.exec(token) ?? [];
  const given = Buffer.from(signature, 'base64url');
  const endSeconds = Number.parseInt(end, 36);
  const right = signatureOf(linkKey, id, endSeconds);
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw new GivingLinkNotValid();
  const now = clock.now();
  if (endSeconds * 1000 <= now.getTime()) throw new GivingLinkNotValid();
  const link = await givingLinks(database).findById(id).lean<GivingLink>();
  if (link === null || link.revokedAt !== null) throw new GivingLinkNotValid();
  return link;
}

/** Takes back every link of an address, the one in use as well. */
export async function revokeGivingLinks(
  { database, clock }: Pick<LinkPlatform, 'database' | 'clock'>,
  emailKey: string,
): Promise<void> {
  await givingLinks(database).updateMany({ emailKey, revokedAt: null }, { $set: { revokedAt: clock.now() } });
}
