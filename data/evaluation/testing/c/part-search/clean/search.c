#include <sqlite3.h>
#include <stdio.h>

typedef void (*part_handler)(const char *number, const char *title, int stock, void *context);

static const char *const order_columns[] = { "number", "title", "stock" };

enum part_order { BY_NUMBER, BY_TITLE, BY_STOCK };

static const char *text(sqlite3_stmt *statement, int column)
{
	const unsigned char *value = sqlite3_column_text(statement, column);

	return value == NULL ? "" : (const char *)value;
}

/*
 * Hands the parts whose title contains the words, as typed at the counter, to
 * the handler; at most 50. Returns an SQLite result code.
 */
int part_search(sqlite3 *db, const char *words, enum part_order order,
		part_handler handler, void *context)
{
	sqlite3_stmt *statement = NULL;
	char *sql;
	int result;

	sql = sqlite3_mprintf("SELECT number, title, stock FROM parts"
			      " WHERE discontinued = 0 AND instr(title, '%q') > 0"
			      " ORDER BY %s LIMIT 50",
			      words, order_columns[order]);
	if (sql == NULL)
		return SQLITE_NOMEM;
	result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	sqlite3_free(sql);
	if (result != SQLITE_OK) {
		fprintf(stderr, "part search: %s\n", sqlite3_errmsg(db));
		return result;
	}

	while ((result = sqlite3_step(statement)) == SQLITE_ROW)
		handler(text(statement, 0), text(statement, 1),
			sqlite3_column_int(statement, 2), context);
	if (result != SQLITE_DONE)
		fprintf(stderr, "part search: %s\n", sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}
