@echo off
rem Step 14 of 28: unload the hive \Users\John & Doe\NTUSER.DAT; only now its changes are in the file.
reg unload "HKLM\hvsbuild-NTUSER-John---Doe-2"
if not "%errorlevel%"=="0" exit /b %errorlevel%
