const REASONS: Readonly<Record<string, string>> = {
  line_too_long: $localize`longer than 1 MiB`,
  invalid_utf8: $localize`not valid UTF-8`,
  invalid_json: $localize`not valid JSON`,
  not_an_object: $localize`JSON, but no object`,
  unknown_type: $localize`type is neither “event” nor “attributes”`,
  invalid_id: $localize`id is missing, empty or over 255 bytes`,
  invalid_user_id: $localize`user_id is no text or whole number, or over 150 bytes`,
  invalid_timestamp: $localize`timestamp is no time from 1970 to tomorrow`,
  invalid_event_name: $localize`an event without a name of 1 to 255 bytes`,
  invalid_data: $localize`attributes without an object as data`,
  too_many_attributes: $localize`more than 10,000 attributes`,
  invalid_attribute_name: $localize`an attribute name that is empty, reserved or over 150 bytes`,
  invalid_attribute_value: $localize`an attribute value over 10,000 bytes, or a number over 400 digits`,
  unsupported_character: $localize`a character that cannot be stored (U+0000 or half of a surrogate pair)`,
  suppressed: $localize`of a suppressed customer`,
  // Reasons of live messages.
  unknown_customer: $localize`there is no such customer, and the source may not create one`,
  unsupported_identifier: $localize`names the customer in a way that Roster does not know`,
  ambiguous_email: $localize`more than one customer has this email`,
  forbidden: $localize`the source, or a browser, may not do this`,
};

/** The reason of a rejected line in words. A code that this version does not know is returned as it is. */
export function rejectText(reason: string): string {
  return REASONS[reason] ?? reason;
}
