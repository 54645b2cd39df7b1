/* Sends readings of the river buoys to the collector over TCP. */
#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

/* A connected socket, or -1 if no address of the collector answers. */
static int uplink_connect(const char *host, const char *service)
{
    struct addrinfo hints, *list, *ai;
    int fd = -1;

    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, service, &hints, &list) != 0)
        return -1;

    for (ai = list; ai != NULL; ai = ai->ai_next) {
        fd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
        if (fd < 0)
            continue;
        if (connect(fd, ai->ai_addr, ai->ai_addrlen) == 0)
            break;
        close(fd);
        fd = -1;
    }
    if (fd < 0)
        return -1;

    freeaddrinfo(list);
    return fd;
}

static int send_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EINTR)
                continue;
            return -1;
        }
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

int uplink_send(const char *host, const char *service, const char *data, size_t len)
{
    int fd = uplink_connect(host, service);
    if (fd < 0)
        return -1;

    int rc = send_all(fd, data, len);
    if (close(fd) != 0)
        rc = -1;
    return rc;
}
