@echo off
rem Step 22 of 40: unload the SOFTWARE hive; only now its changes are in the file.
reg unload "HKLM\hvsbuild-file-SOFTWARE"
if not "%errorlevel%"=="0" exit /b %errorlevel%
