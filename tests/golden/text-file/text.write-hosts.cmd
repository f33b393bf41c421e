@echo off
rem Step 7 of 24: a text of the spec. A caret keeps cmd from reading the sign behind it as its own.
set "FILE=R:\Windows\System32\drivers\etc\hosts"
if not exist "R:\Windows\System32\drivers\etc" mkdir "R:\Windows\System32\drivers\etc"
if exist "%FILE%" del /f /q "%FILE%"
if exist "%FILE%" exit /b 1
>>"%FILE%" echo 127.0.0.1 localhost
if not exist "%FILE%" exit /b 1
exit /b 0
