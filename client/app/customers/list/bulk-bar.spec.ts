import { heard, render } from '../../../../test/support/component';
import { BulkBar } from './bulk-bar';

describe('BulkBar', () => {
  it('is a region that says how many are selected', async () => {
    const screen = await render(BulkBar, { picked: 1234, total: 5678, mayPickAll: false });
    expect([screen.root.role, screen.root.ariaLabel]).toEqual(['region', 'Selected customers']);
    expect(screen.texts('[data-testid=picked]')).toEqual(['1,234 selected']);
  });

  it('tells which action is wanted', async () => {
    const screen = await render(BulkBar, { picked: 1, total: 1, mayPickAll: false });
    const chosen = heard(screen.component.chosen);
    const cleared = heard(screen.component.cleared);
    for (const name of ['Set attribute', 'Remove attribute', 'Export', 'Delete'])
      await screen.click(screen.button(name));
    expect(chosen).toEqual(['set', 'remove', 'export', 'delete']);
    expect(cleared).toEqual([]);
    await screen.click(screen.button('Clear the selection'));
    expect(cleared).toHaveLength(1);
  });

  it('offers all customers of the list only where that adds some', async () => {
    const screen = await render(BulkBar, { picked: 25, total: 5678, mayPickAll: true });
    const all = heard(screen.component.all);
    await screen.click(screen.button('Select all 5,678'));
    expect(all).toHaveLength(1);
    await screen.set({ mayPickAll: false });
    expect(screen.all('[data-testid=pick-all]')).toEqual([]);
  });
});
