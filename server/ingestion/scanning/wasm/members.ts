import { byteAt } from '../../wasm/bytes';

/* The members of a message that the scanner reads, as bits. */
export const SEEN_ID: u32 = 1;
export const SEEN_TYPE: u32 = 2;
export const SEEN_USER: u32 = 4;
export const SEEN_TIMESTAMP: u32 = 8;
export const SEEN_NAME: u32 = 16;
export const SEEN_DATA: u32 = 32;

/** Returns the bit of a member by its name; 0 if it is ignored. */
export function member(start: usize, length: usize): u32 {
  switch (<u32>length) {
    case 2:
      return load<u16>(start) == 0x6469 ? SEEN_ID : 0;
    case 4: {
      const word = load<u32>(start);
      if (word == 0x65707974) return SEEN_TYPE;
      if (word == 0x61746164) return SEEN_DATA;
      return word == 0x656d616e ? SEEN_NAME : 0;
    }
    case 7:
      return (load<u64>(start) & 0x00ffffffffffffff) == 0x00_64_69_5f_72_65_73_75 ? SEEN_USER : 0;
    case 9:
      return load<u64>(start) == 0x6d617473656d6974 && byteAt(start + 8) == 112 ? SEEN_TIMESTAMP : 0;
    default:
      return 0;
  }
}
