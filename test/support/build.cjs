/** Builds what the end-to-end tests run, unless it is up to date. */
module.exports = async () => {
  const { build } = await import('../../server/build/build.mjs');
  await build('server', 'client');
};
