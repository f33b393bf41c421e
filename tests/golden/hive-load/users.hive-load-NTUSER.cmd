@echo off
rem Step 9 of 28: load the image's hive \Users\Default\NTUSER.DAT for editing.
reg load "HKLM\hvsbuild-NTUSER" "R:\Users\Default\NTUSER.DAT"
if not "%errorlevel%"=="0" exit /b %errorlevel%
