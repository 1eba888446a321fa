// SPDX-License-Identifier: BSD-2-Clause
//
// The peer that is a data base: DuckDB reads Zeek's dns.log, one thread, and looks
// its names up in a table in memory.
//
//     node names_in_duckdb.mjs MODULES NAMES LOG [alone]
//
// MODULES is the folder that holds node_modules. Counts the lines that ask for a name
// or for one below it: the log's names have four labels at most and the listed ones two
// at least, so that the name and two parents are all that can match. "alone" joins the
// name itself only, which is what one writes at first.
import {createRequire} from 'node:module';
import {resolve} from 'node:path';

const [modules, names, log, mode] = process.argv.slice(2);
const require = createRequire(resolve(modules, 'package.json'));
const {DuckDBInstance} = require('@duckdb/node-api');

const columns = 'ts uid orig_h orig_p resp_h resp_p proto trans_id rtt query qclass ' +
	'qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected';
const types = columns.split(' ').map(name => `'${name}': 'VARCHAR'`).join(', ');
const csv = "auto_detect = false, delim = '\t', quote = '', escape = '', header = false";
const lines = `read_csv('${log}', ${csv}, skip = 6, columns = {${types}})`;
const listed = '(select name from names)';
const parent = name => `substr(${name}, instr(${name}, '.') + 1)`;
const queries = {
	alone: `select count(*) from ${lines} where query in ${listed}`,
	parents: `with one as (select query, ${parent('query')} above from ${lines}),
		two as (select *, ${parent('above')} top from one)
		select count(*) from two
		where query in ${listed} or above in ${listed} or top in ${listed}`,
};

const instance = await DuckDBInstance.create(':memory:', {threads: '1'});
const db = await instance.connect();
await db.run(`create table names as
	select name from read_csv('${names}', ${csv}, columns = {'name': 'VARCHAR'})`);
const answer = await db.runAndReadAll(queries[mode ?? 'parents']);
console.log(String(answer.getRows()[0][0]));
