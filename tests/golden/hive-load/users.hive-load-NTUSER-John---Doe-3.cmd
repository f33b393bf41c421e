@echo off
rem Step 15 of 28: load the image's hive \Users\John + Doe\NTUSER.DAT for editing.
rem Not every image has it, and where there is no file reg load would make an empty hive.
if not exist "R:\Users\John + Doe\NTUSER.DAT" echo There is no "R:\Users\John + Doe\NTUSER.DAT">&2
if not exist "R:\Users\John + Doe\NTUSER.DAT" exit /b 1
reg load "HKLM\hvsbuild-NTUSER-John---Doe-3" "R:\Users\John + Doe\NTUSER.DAT"
if not "%errorlevel%"=="0" exit /b %errorlevel%
