@echo off
rem Step 15 of 33: unload the SYSTEM hive; only now its changes are in the file.
reg unload "HKLM\hvsbuild-hvs2019-SYSTEM"
if not "%errorlevel%"=="0" exit /b %errorlevel%
