/** Builds the server and the admin for the end-to-end tests, unless they are up to date. */
module.exports = async () => {
  const { build } = await import('../../server/build/build.mjs');
  await build('server', 'client');
};
