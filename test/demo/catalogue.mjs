/** Products of the invented shop. Prices are in euros. */
export const PRODUCTS = [
  { sku: 'TEA-001', title: 'Sencha, 100 g', category: 'tea', price: 11.9 },
  { sku: 'TEA-004', title: 'Assam, loose, 250 g', category: 'tea', price: 14.5 },
  { sku: 'TEA-009', title: 'Earl Grey, 20 bags', category: 'tea', price: 6.4 },
  { sku: 'TEA-015', title: 'Mint from the garden, 50 g', category: 'tea', price: 7.2 },
  { sku: 'COF-002', title: 'Espresso, whole beans, 1 kg', category: 'coffee', price: 24.9 },
  { sku: 'COF-003', title: 'Filter roast, 500 g', category: 'coffee', price: 13.9 },
  { sku: 'COF-011', title: 'Decaf, 250 g', category: 'coffee', price: 8.9 },
  { sku: 'POT-001', title: 'Teapot, cast iron', category: 'pots', price: 69 },
  { sku: 'POT-003', title: 'French press, 1 l', category: 'pots', price: 34.5 },
  { sku: 'POT-007', title: 'Moka pot, 6 cups', category: 'pots', price: 39.9 },
  { sku: 'CUP-002', title: 'Mug, stoneware, blue', category: 'cups', price: 16 },
  { sku: 'CUP-005', title: 'Espresso cups, set of 4', category: 'cups', price: 28 },
  { sku: 'MAC-001', title: 'Hand grinder', category: 'machines', price: 89 },
  { sku: 'MAC-004', title: 'Espresso machine', category: 'machines', price: 449 },
  { sku: 'GFT-001', title: 'Gift box “Good morning”', category: 'gifts', price: 42 },
];

/** The ways in which people come to the shop, and how often. */
export const CAMPAIGNS = [
  { weight: 30, value: {} },
  { weight: 18, value: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'brand' } },
  { weight: 14, value: { utm_source: 'instagram', utm_medium: 'social', utm_campaign: 'spring-2026' } },
  { weight: 12, value: { utm_source: 'newsletter', utm_medium: 'email', utm_campaign: 'summer-sale' } },
  { weight: 10, value: { utm_source: 'podcast', utm_medium: 'audio', utm_campaign: 'slow-morning' } },
  { weight: 8, value: { utm_source: 'friend', utm_medium: 'referral' } },
];

export const TICKETS = [
  'Where is my parcel?',
  'The mug arrived broken',
  'Invoice for my company',
  'Change the address of an order',
  'How do I descale the machine?',
  'Cancel my subscription',
];

/** Slips that arrived with a sign-up, by the number of the customer: each is one that an operator would correct. */
export const SLIPS = new Map([
  [14, { city: 'Hambrug' }],
  [58, { city: 'Lodnon' }],
  [103, { plan: 'Plsu' }],
  [171, { first_name: undefined, frist_name: 'Nina' }],
  [226, { city: 'berlin' }],
]);
