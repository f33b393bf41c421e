/* Stands in for a Windows tool that Wine lacks. It is a real executable, copied under each tool's name, because cmd
 * comes back from an .exe without `call`, and from a .cmd it does not.
 *
 * It adds one line to the file HVS_LOG, in hexadecimal, divided by blanks: its name, each of its words, and last the
 * content of the file behind /s; "-" stands for nothing. It ends with 0, but for the calls that HVS_FAIL names: with
 * HVS_FAIL="3:-5 4:1" the third call of all ends with -5 and the fourth with 1.
 *
 * Of what the tools do it does three things. For a line `create vdisk file="PATH" …` it makes the file PATH, so that the
 * scripts that come later find a file to copy. Asked with /enum, it prints the file C:\\entries.txt: what bcdedit lists.
 * Asked for a value with `query … /v Current`, it prints what reg does of the current control set: 0x1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { MOST = 1 << 20 };

static void hex(FILE *log, const char *data, size_t size, char end)
{
    if (size == 0)
        fputc('-', log);
    for (size_t i = 0; i < size; i++)
        fprintf(log, "%02x", (unsigned char)data[i]);
    fputc(end, log);
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
    const char *end = at ? strchr(at += sizeof begin - 1, '"') : NULL;
    char path[MAX_PATH] = "";
    if (!end || end - at >= MAX_PATH)
        return;
    memcpy(path, at, (size_t)(end - at));
    FILE *file = fopen(path, "wb");
    if (!file || fputs("a VHD", file) < 0 || fclose(file))
        ExitProcess(1);
}

static void list_entries(int argc, char **argv)
{
    static char text[MOST];
    int asked = 0;
    for (int i = 1; i < argc; i++)
        asked |= !strcmp(argv[i], "/enum");
    FILE *file = asked ? fopen("C:\\entries.txt", "rb") : NULL;
    if (!file)
        return;
    DWORD size = (DWORD)fread(text, 1, MOST, file);
    fclose(file);
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, size, &size, NULL);
}

static void current_set(int argc, char **argv)
{
    static const char text[] = "\r\n    Current    REG_DWORD    0x1\r\n";
    DWORD size;
    if (argc == 5 && !strcmp(argv[1], "query") && !strcmp(argv[4], "Current"))
        WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, sizeof text - 1, &size, NULL);
}

static UINT code_of(int number)
{
    const char *at = getenv("HVS_FAIL");
    while (at && *at) {
        char *end;
        long call = strtol(at, &end, 10);
        long long code = strtoll(end + 1, &end, 0);
        if (call == number)
            return (UINT)code;
        at = end;
    }
    return 0;
}

int main(int argc, char **argv)
{
    static char self[MAX_PATH], script[MOST];
    size_t size = 0;
    const char *path = getenv("HVS_LOG");
    if (!path || !GetModuleFileNameA(NULL, self, sizeof self))
        ExitProcess(99);
    if (argc == 3 && !strcmp(argv[1], "/s")) {
        FILE *file = fopen(argv[2], "rb");
        if (!file)
            ExitProcess(3); /* as diskpart is documented to end when it cannot open its script */
        size = fread(script, 1, MOST - 1, file);
        fclose(file);
    }
    int number = lines_of(path) + 1;
    FILE *log = fopen(path, "ab");
    if (!log)
        ExitProcess(98);
    char *name = strrchr(self, '\\') + 1;
    hex(log, name, strcspn(name, "."), ' ');
    for (int i = 1; i < argc; i++)
        hex(log, argv[i], strlen(argv[i]), ' ');
    hex(log, script, size, '\n');
    fclose(log);
    if (!code_of(number)) {
        create_vdisk(script);
        list_entries(argc, argv);
        current_set(argc, argv);
    }
    ExitProcess(code_of(number));
}
