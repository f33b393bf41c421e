/* Runs the command lines of the file HVS_COMMANDS, one after the other, and tells what became of each: what it printed
 * in FILE.N.out (N from 1), its exit code, all 32 bits of it, as the N-th line of FILE.codes.
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static DWORD run(char *command, const char *output)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    STARTUPINFOA start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION made;
    DWORD code;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = start.hStdError =
        CreateFileA(output, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, CREATE_ALWAYS, 0, NULL);
    if (start.hStdOutput == INVALID_HANDLE_VALUE)
        ExitProcess(97);
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &made))
        ExitProcess(96);
    WaitForSingleObject(made.hProcess, INFINITE);
    if (!GetExitCodeProcess(made.hProcess, &code))
        ExitProcess(95);
    CloseHandle(start.hStdOutput);
    return code;
}

int main(void)
{
    char path[MAX_PATH], name[MAX_PATH + 16], command[8200];
    if (!GetEnvironmentVariableA("HVS_COMMANDS", path, sizeof path))
        ExitProcess(99);
    FILE *list = fopen(path, "r");
    snprintf(name, sizeof name, "%s.codes", path);
    FILE *codes = fopen(name, "w");
    if (!list || !codes)
        ExitProcess(98);
    for (int number = 1; fgets(command, sizeof command, list); number++) {
        command[strcspn(command, "\r\n")] = 0;
        snprintf(name, sizeof name, "%s.%d.out", path, number);
        fprintf(codes, "%d\n", (int)run(command, name));
        fflush(codes);
    }
    return 0;
}
