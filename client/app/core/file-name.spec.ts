import { fileOf } from './file-name';

describe('fileOf', () => {
  it.each([
    ['shop.data', 'shop.data'],
    ['/srv/data/shop.data', 'shop.data'],
    ['C:\\data\\shop.data', 'shop.data'],
    ['folder/', 'folder/'],
    ['', ''],
  ])('%j is %j', (path, name) => {
    expect(fileOf(path)).toBe(name);
  });
});
