@echo off
rem Step 6 of 20: a text of the spec. A caret keeps cmd from reading the sign behind it as its own.
set "FILE=R:\Windows\System32\startnet.cmd"
if not exist "R:\Windows\System32" mkdir "R:\Windows\System32"
if exist "%FILE%" del /f /q "%FILE%"
if exist "%FILE%" exit /b 1
>>"%FILE%" echo wpeinit
if not exist "%FILE%" exit /b 1
exit /b 0
