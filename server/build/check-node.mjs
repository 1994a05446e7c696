// Ends the process when its Node is too old, before a build fails with a message that does not say so. Import it first.
// The versions are those of "engines" in package.json.
const [major, minor] = process.versions.node.split('.').map(Number);
const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;

if (!isSupported) {
  console.error(
    `Roster needs Node 20.19, 22.12, or 24 and newer. This is ${process.versions.node} (${process.execPath}).`,
  );
  process.exit(1);
}
