/* `probe CODE WORD…` prints its words, divided by |, and ends with CODE: what a program sees of a command line. */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

int main(int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        printf("%s%s", i > 2 ? "|" : "", argv[i]);
    printf("\n");
    fflush(stdout);
    ExitProcess(argc > 1 ? (UINT)strtoll(argv[1], NULL, 0) : 0);
}
