/* `bind FROM TO TOKEN VALUE …` copies a file and puts each VALUE in the place of its TOKEN: for a cmd.exe that cannot
 * do `!NAME:TOKEN=VALUE!` (see crutches.py). */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    static char text[1 << 20];
    FILE *from = argc > 2 ? fopen(argv[1], "rb") : NULL, *to = argc > 2 ? fopen(argv[2], "wb") : NULL;
    if (!from || !to || !fread(text, 1, sizeof text - 1, from))
        return 1;
    for (const char *at = text; *at;) {
        int i = 3;
        while (i + 1 < argc && strncmp(at, argv[i], strlen(argv[i])))
            i += 2;
        if (i + 1 < argc) {
            fputs(argv[i + 1], to);
            at += strlen(argv[i]);
        } else {
            fputc(*at++, to);
        }
    }
    return fclose(to) ? 1 : 0;
}
