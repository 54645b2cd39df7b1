#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define MAX_FIELDS 64

struct field {
	char *name;
	char *value;
};

struct fields {
	struct field items[MAX_FIELDS];
	size_t count;
};

static char *trim(char *text)
{
	char *end;

	while (*text == ' ' || *text == '\t')
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text;
}

/*
 * Splits one line of a print job's head in place into name and value. Returns
 * -1 where the line holds no field or there are too many.
 */
int fields_add(struct fields *fields, char *line)
{
	char *colon = strchr(line, ':');

	if (fields->count == MAX_FIELDS || colon == NULL || colon == line)
		return -1;
	*colon = '\0';
	fields->items[fields->count].name = line;
	fields->items[fields->count].value = trim(colon + 1);
	fields->count++;
	return 0;
}

/* The value of a field by its name in any case, NULL where it is not there. */
const char *fields_value(const struct fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->count; i++)
		if (strcasecmp(fields->items[i].name, name) == 0)
			return fields->items[i].value;
	return NULL;
}
