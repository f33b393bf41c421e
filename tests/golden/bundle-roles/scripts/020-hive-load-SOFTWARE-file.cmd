@echo off
rem Step 20 of 40: load the image's SOFTWARE hive for editing.
reg load "HKLM\hvsbuild-file-SOFTWARE" "U:\Windows\System32\config\SOFTWARE"
if not "%errorlevel%"=="0" exit /b %errorlevel%
