#include <stdio.h>
#include <string.h>

#define MAX_STATIONS 256

struct station {
	char id[16];
	double latitude;
	double longitude;
};

struct stations {
	struct station items[MAX_STATIONS];
	size_t count;
};

static int parse(const char *line, struct station *station)
{
	double lat, lon;
	char id[16];

	if (sscanf(line, "%15s %lf %lf", id, &lat, &lon) != 3)
		return -1;
	if (!(lat >= -90.0 && lat <= 90.0 && lon >= -180.0 && lon <= 180.0))
		return -1;
	memcpy(station->id, id, sizeof(id));
	station->latitude = lat;
	station->longitude = lon;
	return 0;
}

/*
 * Reads the list of stations again; the daemon does so at every hang-up
 * signal. On failure the stations in use stay as they are.
 */
int stations_reload(struct stations *stations, const char *path)
{
	static struct stations fresh;
	char line[128];
	int result = -1;
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return -1;
	fresh.count = 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (fresh.count == MAX_STATIONS
		    || parse(line, &fresh.items[fresh.count]) != 0)
			return result;
		fresh.count++;
	}
	if (ferror(file))
		goto done;
	*stations = fresh;
	result = 0;
done:
	fclose(file);
	return result;
}
