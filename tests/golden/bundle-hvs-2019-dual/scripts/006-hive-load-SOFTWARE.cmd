@echo off
rem Step 6 of 24: load the image's SOFTWARE hive for editing.
reg load "HKLM\hvsbuild-SOFTWARE" "R:\Windows\System32\config\SOFTWARE"
if not "%errorlevel%"=="0" exit /b %errorlevel%
