'use strict';
// Compares a bill of materials with what a deps.json says: node sbom.cjs <bom.json> <deps.json>. Each package of that has to
// be in the bill, in that version and with a purl; and mail is sent by MailKit and MimeKit.
const { readFileSync } = require('node:fs');
const { basename } = require('node:path');

const [billFile, depsFile] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

const bill = read(billFile);
if (bill.bomFormat !== 'CycloneDX' || !Array.isArray(bill.components)) throw new Error('This is no bill in CycloneDX\'s form.');
const listed = new Map(bill.components.map((component) => [component.name.toLowerCase(), component]));

// Names and versions, without our own projects.
const packages = Object.entries(read(depsFile).libraries)
  .filter(([, library]) => library.type === 'package')
  .map(([key]) => key.split('/'));

const wrong = [];
for (const [name, version] of packages) {
  const component = listed.get(name.toLowerCase());
  if (component?.version !== version) wrong.push(`${name} is ${version} in ${basename(depsFile)}, and ${component?.version ?? 'missing'} in the bill`);
  else if (component.purl?.toLowerCase() !== `pkg:nuget/${name}@${version}`.toLowerCase()) wrong.push(`${name} has the purl ${component.purl}`);
}
for (const name of ['MailKit', 'MimeKit']) {
  if (!packages.some(([known]) => known === name) || !listed.has(name.toLowerCase())) wrong.push(`${name} is missing`);
}

if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
console.log(`${listed.size} components; all ${packages.length} packages of ${basename(depsFile)} are among them, such as MailKit ${listed.get('mailkit').version} and MimeKit ${listed.get('mimekit').version}.`);
