@echo off
rem Step 27 of 40: load the image's SOFTWARE hive for editing.
reg load "HKLM\hvsbuild-web-SOFTWARE" "T:\Windows\System32\config\SOFTWARE"
if not "%errorlevel%"=="0" exit /b %errorlevel%
