@echo off
rem Step 10 of 22: a text of the spec. A caret keeps cmd from reading the sign behind it as its own.
set "FILE=R:\Tools\hosts.example"
if not exist "R:\Tools" mkdir "R:\Tools"
if exist "%FILE%" del /f /q "%FILE%"
if exist "%FILE%" exit /b 1
>>"%FILE%" echo 127.0.0.1 localhost
if not exist "%FILE%" exit /b 1
exit /b 0
