@echo off
rem Step 29 of 40: unload the SOFTWARE hive; only now its changes are in the file.
reg unload "HKLM\hvsbuild-web-SOFTWARE"
if not "%errorlevel%"=="0" exit /b %errorlevel%
