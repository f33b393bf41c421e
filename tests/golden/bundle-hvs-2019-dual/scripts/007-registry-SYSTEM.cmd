@echo off
rem Step 7 of 21: 2 values in the image's SYSTEM hive.
reg add "HKLM\hvsbuild-SYSTEM\ControlSet001\Control\Session Manager\Memory Management" /v "PagingFiles" /t REG_MULTI_SZ /d "" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value ExistingPageFiles must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-SYSTEM\ControlSet001\Control\Session Manager\Memory Management" /v "ExistingPageFiles" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_2
reg delete "HKLM\hvsbuild-SYSTEM\ControlSet001\Control\Session Manager\Memory Management" /v "ExistingPageFiles" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_2
exit /b 0
