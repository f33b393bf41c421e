/* Stands in for a Windows tool that Wine lacks. It is a real executable, copied under each tool's name, because cmd
 * comes back from an .exe without `call`, and from a .cmd it does not.
 *
 * It adds one line to the file HVS_LOG: its name, its words, and the content of the file behind /s, each hexadecimal
 * and divided by blanks ("-" for nothing). It ends with 0; with HVS_FAIL="K CODE" the K-th line's call ends with CODE.
 * Of what the tools do, it does one thing, so that the scripts that come later find a file to copy: for a line
 * `create vdisk file="PATH" …` it makes the file PATH.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static void hex(FILE *log, const char *data, size_t size, const char *end)
{
    if (size == 0)
        fputc('-', log);
    for (size_t i = 0; i < size; i++)
        fprintf(log, "%02x", (unsigned char)data[i]);
    fputs(end, log);
}

static int lines_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    int found = 0, c;
    while (file && (c = fgetc(file)) != EOF)
        found += c == '\n';
    if (file)
        fclose(file);
    return found;
}

static void create_vdisk(const char *script)
{
    static const char begin[] = "create vdisk file=\"";
    const char *at = strstr(script, begin);
    const char *end = at ? strchr(at + sizeof begin - 1, '"') : NULL;
    if (!end)
        return;
    char path[1024] = "";
    strncat(path, at + sizeof begin - 1, (size_t)(end - at) - (sizeof begin - 1));
    FILE *file = fopen(path, "wb");
    if (!file || fputs("a VHD", file) < 0 || fclose(file))
        ExitProcess(1);
}

int main(int argc, char **argv)
{
    char self[MAX_PATH], *script = calloc(1, 1 << 20);
    size_t size = 0;
    const char *path = getenv("HVS_LOG"), *fail = getenv("HVS_FAIL");
    if (!path || !script || !GetModuleFileNameA(NULL, self, sizeof self))
        ExitProcess(99);
    if (argc == 3 && !strcmp(argv[1], "/s")) {
        FILE *file = fopen(argv[2], "rb");
        if (!file)
            ExitProcess(3); /* what diskpart is documented to end with when it cannot open its script */
        size = fread(script, 1, (1 << 20) - 1, file);
        fclose(file);
        create_vdisk(script);
    }
    int number = lines_of(path) + 1;
    FILE *log = fopen(path, "ab");
    if (!log)
        ExitProcess(98);
    char *name = strrchr(self, '\\') + 1;
    hex(log, name, strlen(name), "");
    for (int i = 1; i < argc; i++) {
        fputc(',', log);
        hex(log, argv[i], strlen(argv[i]), "");
    }
    fputc(' ', log);
    hex(log, script, size, "\n");
    fclose(log);
    char *code = NULL;
    if (fail && strtol(fail, &code, 10) == number)
        ExitProcess((UINT)strtoll(code, NULL, 0));
    ExitProcess(0);
}
