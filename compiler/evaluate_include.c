/* SPDX-License-Identifier: ISC */
/*
 * Evaluate, include "FILE": run another file of the configuration, once, with
 * the same globals. What it returns is what include returns, each time.
 */
#include "evaluate.h"

const char include_globals;

/* Their addresses, one for each file, are keys in the Lua registry. */
static const char results[INCLUDE_FILES_MAX];

static void
not_written(struct evaluation *evaluation, size_t call)
{
	if (!script_is_new(evaluation->script, call, E0116))
		return;
	diag(E0116, where_of(evaluation, call), "include",
	     "it takes a file's name, written out: which files there are is "
	     "known before anything is evaluated");
	diag_fix("write include \"FILE.lua\"");
}

int
word_include(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	size_t call = script_token(script);
	const struct include_edge *edge;
	struct include_file *file;

	script_charge(script, 100 + evaluation->includes.edges.count);
	edge = include_at(&evaluation->includes, call);
	if (edge == NULL) {
		not_written(evaluation, call);
		script_push_poison(script);
		return 1;
	}
	file = &evaluation->includes.files.at[edge->to];
	if (file->state == INCLUDE_DONE) {
		lua_rawgetp(L, LUA_REGISTRYINDEX, &results[edge->to]);
		return 1;
	}
	file->state = INCLUDE_DONE;
	luaL_checkstack(L, 4, "it nests too deeply");
	script_charge(script, scan_first(script->scan, edge->to) / 16);
	lua_rawgetp(L, LUA_REGISTRYINDEX, &include_globals);
	script_load(script, edge->to, lua_gettop(L));
	lua_call(L, 0, 1);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &results[edge->to]);
	return 1;
}
