@echo off
rem Step 9 of 24: a text of the spec. A caret keeps cmd from reading the sign behind it as its own.
set "FILE=R:\Tools\special.txt"
if not exist "R:\Tools" mkdir "R:\Tools"
if exist "%FILE%" del /f /q "%FILE%"
if exist "%FILE%" exit /b 1
>>"%FILE%" echo plain
>>"%FILE%" echo a ^& b ^| c ^> d ^< e ^^ f ^(g^) !h! %%i%% 100%%
>>"%FILE%" echo "quoted & (special) > ^" ^& "one quote only: ( & >
>>"%FILE%" echo.
>>"%FILE%" echo . , ; = : [ ] ~ ' `
>>"%FILE%" echo   indented
>>"%FILE%" echo echo^(
>>"%FILE%" echo ^)
>>"%FILE%" echo ^^
>>"%FILE%" echo \
>>"%FILE%" echo {x}
if not exist "%FILE%" exit /b 1
exit /b 0
