import type { IfUnknown } from '../../domain/customer/accept-messages.js';
import type { Json } from '../../domain/json.js';
import type { Message, RejectReason } from '../../domain/message/message.js';

/** Facts about a request and its source that the reading of its body needs. */
export interface LiveFacts {
  /** The time of arrival, in ms since the Unix epoch. */
  readonly arrival: number;
  /** Bytes of the inflated body. */
  readonly bodyBytes: number;
  /** True for a request with an `Origin`: it never deletes, suppresses or merges. */
  readonly isFromBrowser: boolean;
  /** True if an attribute that is `""` is kept; else it is removed. */
  readonly keepsEmptyText: boolean;
  /** True if calls of the source may delete and suppress. */
  readonly mayDelete: boolean;
  /** True if tracks such as `User Deleted` are such calls, and no events. */
  readonly hasCommandTracks: boolean;
  /** True if the source may create customers. */
  readonly mayCreate: boolean;
  /** True if rejects are told by their reason alone: a sentence about each of a hundred thousand takes seconds. */
  readonly isTerse?: boolean;
  /**
   * Makes the id of a message that has none: 1 to 255 bytes.
   * @param index of the message in its request
   */
  readonly makeId: (index: number) => string;
}

/** The customer of a call, named by an unchecked id, or by the email that only one customer has. `field` is what the vendor calls it. */
export type CustomerRef = { readonly id: Json | undefined } | { readonly email: string; readonly field: string };

/** A member of a message, as section 1 of the contract calls it. */
export type Member = 'type' | 'id' | 'user_id' | 'timestamp' | 'name' | 'data';

/** The names of a vendor for the members of a message, in errors. A member that is not listed has the name of the contract. */
export type MemberNames = Readonly<Partial<Record<Member, string>>>;

/** A call for a message. Its members are unchecked; `undefined` means that the id or the timestamp is missing. */
export interface MessageCall {
  readonly kind: 'message';
  readonly type: Json | undefined;
  readonly customer: CustomerRef;
  readonly id: Json | undefined;
  readonly timestamp: Json | undefined;
  readonly name: Json | undefined;
  readonly data: Json | undefined;
  /** True if the message never creates its customer. */
  readonly isUpdate?: boolean;
  readonly names: MemberNames;
}

/** The effects of a call on its customer other than a message. */
export type CommandKind = 'delete' | 'suppress' | 'unsuppress';

/** A call that deletes, suppresses or unsuppresses a customer. */
export interface CommandCall {
  readonly kind: CommandKind;
  readonly customer: CustomerRef;
  readonly id: Json | undefined;
  readonly timestamp: Json | undefined;
  readonly names: MemberNames;
}

/** A call that says that two ids mean the same customer. */
export interface MergeCall {
  readonly kind: 'merge';
  readonly from: CustomerRef;
  readonly into: CustomerRef;
}

/** A call that is accepted and changes nothing. */
export interface IgnoredCall {
  readonly kind: 'ignored';
  /** The call in the vendor's word, such as `group`. */
  readonly what: string;
}

/** A call that its format rejects. */
export interface WrongCall {
  readonly kind: 'rejected';
  readonly reject: LiveReject;
  /** The customer that it names, if that can be read. */
  readonly userId?: string;
}

/** The request of an item of a body, in any format. */
export type LiveCall = MessageCall | CommandCall | MergeCall | IgnoredCall | WrongCall;

/** The reasons for rejecting a call. `suppressed` and `unknown_customer` are found when it is applied. */
export type LiveRejectReason =
  RejectReason | 'unsupported_identifier' | 'unknown_customer' | 'ambiguous_email' | 'forbidden' | 'suppressed';

/** The rejection of a call, in words for the sender and for the list of rejects. */
export interface LiveReject {
  readonly reason: LiveRejectReason;
  /** The member of the item that is wrong, as the vendor calls it. */
  readonly field: string | undefined;
  /** A sentence or two. */
  readonly message: string;
}

/** The outcome of reading an item of a body. */
export type LiveOutcome =
  | {
      readonly kind: 'message';
      readonly message: Message;
      readonly isIdMade: boolean;
      readonly ifUnknown: IfUnknown;
    }
  /** `at` is ms since the Unix epoch. */
  | {
      readonly kind: CommandKind;
      readonly userId: string;
      readonly id: string;
      readonly isIdMade: boolean;
      readonly at: number;
    }
  | MergeCall
  | IgnoredCall
  | WrongCall
  | { readonly kind: 'anonymous'; readonly id: string; readonly isIdMade: boolean }
  /** The customer with this email has to be found: see `foundByEmail`. */
  | { readonly kind: 'needs'; readonly email: string; readonly call: MessageCall | CommandCall };

/** A body that cannot be read at all. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly code: 'invalid_json' | 'invalid_request' | 'payload_too_large';
  /** A sentence or two. */
  readonly message: string;
}

/** A body, read: one outcome for each of its items, in their order. */
export interface ReadItems {
  readonly kind: 'read';
  /** Those of all items once `readMore` has returned false. */
  readonly outcomes: readonly LiveOutcome[];
  /**
   * Reads some items more, where a body may have many: all of them would hold up other requests.
   * @returns false if that was all, or why the body cannot be read at all
   */
  readonly readMore?: () => boolean | Malformed;
  /** False if the body is one item by itself. */
  readonly isList: boolean;
  /** Gives the text of an item, to be kept with its rejection: JSON, or a line of JSON lines, whose bytes that are not UTF-8 become U+FFFD. */
  readonly textOf: (index: number) => string;
}

export type Reading = ReadItems | Malformed;

/** The fate of an item, once all are applied. */
export type Fate = 'accepted' | 'duplicate' | 'stale' | 'anonymous' | 'ignored' | LiveReject;

/** The result of an item: the part of its outcome and its fate that an answer tells. */
export interface LiveResult {
  /** Undefined if the item has none. */
  readonly id: string | undefined;
  readonly isIdMade: boolean;
  readonly fate: Fate;
}

/** An answer of a live path: a status and a body of JSON. */
export interface LiveAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A JSON object of a body. A member that it has not is undefined. */
export type Item = Readonly<Partial<Record<string, Json>>>;
