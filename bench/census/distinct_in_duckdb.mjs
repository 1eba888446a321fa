// SPDX-License-Identifier: BSD-2-Clause
//
// The peer that is a data base: DuckDB reads lines, one thread, and counts the different
// ones.
//
//     node distinct_in_duckdb.mjs MODULES FILE distinct|grouped
//
// MODULES is the folder that holds node_modules. "distinct" counts as one writes at first,
// "grouped" in the way that data bases are often faster at.
import {createRequire} from 'node:module';
import {resolve} from 'node:path';

const [modules, file, mode] = process.argv.slice(2);
const require = createRequire(resolve(modules, 'package.json'));
const {DuckDBInstance} = require('@duckdb/node-api');

const lines = `read_csv('${file}', auto_detect = false, header = false, delim = '\t',
	quote = '', escape = '', columns = {'address': 'VARCHAR'})`;
const queries = {
	distinct: `select count(distinct address) from ${lines}`,
	grouped: `select count(*) from (select address from ${lines} group by address)`,
};

const instance = await DuckDBInstance.create(':memory:', {threads: '1'});
const db = await instance.connect();
const answer = await db.runAndReadAll(queries[mode]);
console.log(String(answer.getRows()[0][0]));
