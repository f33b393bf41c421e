@echo off
rem Step 8 of 24: a text of the spec. A caret keeps cmd from reading the sign behind it as its own.
set "FILE=R:\Tools\odd.txt"
if not exist "R:\Tools" mkdir "R:\Tools"
if exist "%FILE%" del /f /q "%FILE%"
if exist "%FILE%" exit /b 1
>>"%FILE%" echo(on
>>"%FILE%" echo( OFF
>>"%FILE%" echo(/?
>>"%FILE%" echo(what /?
>>"%FILE%" echo(; a
>>"%FILE%" echo(= b
if not exist "%FILE%" exit /b 1
exit /b 0
