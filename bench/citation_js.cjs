// Peer program: citation-js converts a .bib file to CSL-JSON.  usage: NODE_PATH=.../node_modules node citation_js.cjs IN OUT
const { readFileSync, writeFileSync } = require('node:fs')
const { plugins } = require('@citation-js/core')
require('@citation-js/plugin-bibtex')

const [source, target] = process.argv.slice(2)
const items = plugins.input.chain(readFileSync(source, 'utf8'), { forceType: '@bibtex/text', generateGraph: false })
writeFileSync(target, JSON.stringify(items))
