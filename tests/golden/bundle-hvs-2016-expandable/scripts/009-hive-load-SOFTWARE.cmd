@echo off
rem Step 9 of 26: load the image's SOFTWARE hive for editing.
reg load "HKLM\hvsbuild-SOFTWARE" "R:\Windows\System32\config\SOFTWARE"
if not "%errorlevel%"=="0" exit /b %errorlevel%
