#include <stdio.h>
#include <string.h>

#define LABEL_COLUMNS 48

struct address {
	const char *name;
	const char *street;
	const char *city;
	const char *postcode;
};

/* Appends text to the line, as much of it as fits. */
static void append(char line[LABEL_COLUMNS + 1], const char *text)
{
	strncat(line, text, LABEL_COLUMNS - strlen(line));
}

static void pad(char line[LABEL_COLUMNS + 1])
{
	size_t used = strlen(line);

	memset(line + used, ' ', LABEL_COLUMNS - used);
	line[LABEL_COLUMNS] = '\0';
}

/*
 * Prints a parcel's address block to the label printer. The texts come from
 * the shop's order: no control characters, any length.
 */
int label_print(FILE *printer, const struct address *to)
{
	char line[LABEL_COLUMNS + 1];

	line[0] = '\0';
	append(line, to->name);
	pad(line);
	if (fprintf(printer, "%s\r\n", line) < 0)
		return -1;

	line[0] = '\0';
	append(line, to->street);
	pad(line);
	if (fprintf(printer, "%s\r\n", line) < 0)
		return -1;

	line[0] = '\0';
	append(line, to->postcode);
	append(line, " ");
	append(line, to->city);
	pad(line);
	if (fprintf(printer, "%s\r\n", line) < 0)
		return -1;

	return fflush(printer) == 0 ? 0 : -1;
}
